/**
 * Turns the learned weights of a graph into TensorFlow's variables, which are restored from a
 * checkpoint when a SavedModel is loaded.
 *
 * @module
 */
import { encode } from "../../../../proto/encode_tree.ts";
import type { TfGraph, TfNode, TfValue } from "../node.ts";
import { NodeNames } from "../node_names.ts";
import {
  type MetaGraphMessage,
  type NodeMessage,
  nodeMessage,
  shapeMessage,
  typeNumbers,
  VariableDef,
} from "./schema.ts";

/** The variables of a graph, with the nodes that load, read and save them. */
export interface Variables extends Pick<MetaGraphMessage, "saver_def" | "collection_def"> {
  /** Their values by their names. */
  readonly values: ReadonlyMap<string, TfValue>;
  /** The nodes that take the place of constants. */
  readonly nodes: readonly NodeMessage[];
  /** The names of those that read the variables, by the constants. */
  readonly readers: ReadonlyMap<TfNode, string>;
}

const float = { type: typeNumbers.float };
const string = { type: typeNumbers.string };
/** Checkpoints of the format that `checkpoint.ts` writes. */
const saverVersion = 2;

/** The variables of a graph: its learned constants. */
export function variablesOf({ nodes, constants }: TfGraph): Variables {
  const learned = constants.values().filter(({ learned, type }) => learned && type === "float");
  const names = new NodeNames();
  for (const { name } of nodes) names.take(name);
  const take = (name: string) => names.take(name);
  const variables = Array.from(learned, (value) => {
    const { node, shape } = value, { name } = node;
    const trainable = value.learned === "weights";
    const reader = take(`${name}/Read/ReadVariableOp`);
    const assignment = take("save/AssignVariableOp");
    return { value, node, name, shape, trainable, reader, assignment };
  });
  const values = new Map(variables.map(({ name, value }) => [name, value]));
  const readers = new Map(variables.map(({ node, reader }) => [node, reader]));
  if (variables.length === 0) return { values, readers, nodes: [] };

  const path = take("save/Const"), pathDefault = take("save/filename");
  const tensorNames = take("save/tensor_names"), slices = take("save/shape_and_slices");
  const restore = take("save/RestoreV2"), restoreAll = take("save/restore_all");
  const save = take("save/SaveV2"), saved = take("save/control_dependency");
  const dtypes = { list: { type: variables.map(() => typeNumbers.float) } };
  return {
    values,
    readers,
    nodes: [
      ...variables.flatMap(({ name, shape, reader }) => [
        nodeMessage(name, "VarHandleOp", [], {
          dtype: float,
          shape: { shape: shapeMessage(shape) },
          shared_name: { s: name },
        }),
        nodeMessage(reader, "ReadVariableOp", [name], { dtype: float }),
      ]),
      strings(pathDefault, ["model"], []),
      nodeMessage(path, "PlaceholderWithDefault", [pathDefault], {
        dtype: string,
        shape: { shape: shapeMessage([]) },
      }),
      strings(tensorNames, variables.map(({ name }) => name)),
      strings(slices, variables.map(() => "")),
      nodeMessage(restore, "RestoreV2", [path, tensorNames, slices], { dtypes }),
      ...variables.map(({ name, assignment }, i) =>
        nodeMessage(assignment, "AssignVariableOp", [name, `${restore}:${i}`], { dtype: float })
      ),
      nodeMessage(restoreAll, "NoOp", variables.map(({ assignment }) => `^${assignment}`), {}),
      nodeMessage(
        save,
        "SaveV2",
        [path, tensorNames, slices, ...variables.map(({ reader }) => reader)],
        { dtypes },
      ),
      nodeMessage(saved, "Identity", [path, `^${save}`], { T: string }),
    ],
    saver_def: {
      filename_tensor_name: `${path}:0`,
      save_tensor_name: `${saved}:0`,
      restore_op_name: restoreAll,
      version: saverVersion,
    },
    collection_def: [
      ...collection("variables", variables),
      ...collection("trainable_variables", variables.filter(({ trainable }) => trainable)),
    ],
  };
}

/** A variable, and the nodes that read and restore it. */
interface Variable {
  readonly name: string;
  readonly trainable: boolean;
  readonly reader: string;
  readonly assignment: string;
}

/** A collection of variables by its name, unless it is empty. */
function collection(key: string, variables: readonly Variable[]) {
  const value = variables.map(({ name, trainable, reader, assignment }) =>
    encode(VariableDef, {
      variable_name: `${name}:0`,
      // Its initial value is that of the checkpoint.
      initializer_name: assignment,
      snapshot_name: `${reader}:0`,
      is_resource: true,
      trainable,
    })
  );
  return value.length === 0 ? [] : [{ key, value: { bytes_list: { value } } }];
}

/** A constant of strings. */
function strings(
  name: string,
  values: readonly string[],
  shape: readonly number[] = [values.length],
): NodeMessage {
  const tensor = {
    dtype: typeNumbers.string,
    tensor_shape: shapeMessage(shape),
    string_val: values.map((text) => new TextEncoder().encode(text)),
  };
  return nodeMessage(name, "Const", [], { dtype: string, value: { tensor } });
}
