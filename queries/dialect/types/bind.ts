/**
 * Which reading of a function Trino takes for the types of its arguments (`FunctionBinder`): one that fits as it is, else
 * the most specific one of those that fit after conversions.
 */
import { asDecimal, coerces, commonType, isOrderable } from "./coercion.ts";
import { ANY, isOrderedVariable, isType, type Pattern, parameterAt, type Signature } from "./signature.ts";
import { isSameType, simple, type Type } from "./type.ts";

/** An argument: a type, or a lambda that has one once its parameters have. */
export type Argument =
  | { readonly kind: "type"; readonly type: Type }
  | { readonly kind: "lambda"; readonly parameters: number; readonly resultOf: (params: readonly Type[]) => Type };

/** A reading with its variables bound. */
export interface Binding {
  readonly signature: Signature;
  /** What each argument becomes; a lambda's entry is its result. */
  readonly params: readonly Type[];
  readonly result: Type;
}

/** What came of it. `readings` are those between which NULLs do not decide. */
export type Resolution =
  | { readonly kind: "bound"; readonly binding: Binding }
  | { readonly kind: "none" }
  | { readonly kind: "ambiguous"; readonly readings: readonly Signature[] };

type Bindings = Map<string, Type>;

/** A lambda whose state takes more than this many types in turn has none. */
const MAX_ROUNDS = 4;

/** Finds the reading. */
export function resolve(signatures: readonly Signature[], args: readonly Argument[]): Resolution {
  const counted = signatures.filter((each) => fitsCount(each, args.length));
  // A function with lambdas has one reading: their bodies are looked at once.
  if (!args.some((each) => each.kind === "lambda")) {
    const exact = [...counted.filter((each) => !isGeneric(each)), ...counted.filter(isGeneric)];
    for (const signature of exact) {
      const binding = bind(signature, args, false);
      if (binding !== null) return { kind: "bound", binding };
    }
  }
  const fitting = counted.map((each) => bind(each, args, true)).filter((each) => each !== null);
  const [first] = fitting;
  if (first === undefined) return { kind: "none" };
  if (fitting.length === 1) return { kind: "bound", binding: first };
  return choose(fitting, args);
}

function fitsCount({ params, isVariadic }: Signature, count: number): boolean {
  return isVariadic ? count >= params.length : count === params.length;
}

function isGeneric(signature: Signature): boolean {
  const varies = (pattern: Pattern): boolean => {
    if (pattern.kind === "array") return varies(pattern.element);
    if (pattern.kind === "map") return varies(pattern.key) || varies(pattern.value);
    return pattern.kind === "variable" || pattern.kind === "function";
  };
  return signature.params.some(varies);
}

/** Among several: the most specific; NULLs may decide by what they leave as it is, or not matter at all. */
function choose(fitting: readonly Binding[], args: readonly Argument[]): Resolution {
  const specific: Binding[] = [];
  for (const current of fitting) {
    const at = specific.findIndex((each) => isMoreSpecific(current, each) || isMoreSpecific(each, current));
    const other = specific[at];
    if (other === undefined) specific.push(current);
    else if (isMoreSpecific(current, other)) specific[at] = current;
  }
  const isNull = (index: number) => {
    const argument = args[index];
    return argument?.kind === "type" && argument.type.kind === "unknown";
  };
  const castsNullsOnly = (binding: Binding) =>
    binding.params.every((param, index) => {
      const argument = args[index];
      return isNull(index) || (argument?.kind === "type" && isSameType(argument.type, param));
    });
  const hasNulls = args.some((_, index) => isNull(index));
  const plain = hasNulls && specific.length > 1 ? fitting.filter(castsNullsOnly) : [];
  const left = plain.length > 0 ? plain : specific;
  const [first] = left;
  if (first === undefined) return { kind: "none" };
  const isOneResult = hasNulls && left.every((each) => isSameType(each.result, first.result));
  if (left.length === 1 || isOneResult) return { kind: "bound", binding: first };
  return { kind: "ambiguous", readings: left.map((each) => each.signature) };
}

function isMoreSpecific(left: Binding, right: Binding): boolean {
  const args = left.params.map((type): Argument => ({ kind: "type", type }));
  return bind(right.signature, args, true) !== null;
}

/** Binds one reading; null where it does not fit. */
export function bind(signature: Signature, args: readonly Argument[], converts: boolean): Binding | null {
  const bindings: Bindings = new Map();
  for (const [index, argument] of args.entries()) {
    const pattern = parameterAt(signature, index);
    if (pattern === null) return null;
    if (argument.kind === "lambda") {
      if (pattern.kind !== "function" || pattern.params.length !== argument.parameters) return null;
      continue;
    }
    if (!unify(pattern, argument.type, bindings, converts)) return null;
  }
  if (!bindLambdas(signature, args, bindings)) return null;
  for (const [name, type] of bindings) if (isOrderedVariable(name) && !isOrderable(type)) return null;
  const params: Type[] = [];
  for (const [index, argument] of args.entries()) {
    const pattern = parameterAt(signature, index);
    if (pattern === null) return null;
    if (argument.kind === "lambda") {
      params.push(pattern.kind === "function" ? substitute(pattern.result, bindings, []) : simple("unknown"));
      continue;
    }
    const param = substitute(pattern, bindings, [argument.type]);
    if (!coerces(argument.type, param)) return null;
    params.push(param);
  }
  return { signature, params, result: substitute(signature.result, bindings, params) };
}

/** A lambda's parameters have types by then; its result binds what is left, or widens what it goes on from. */
function bindLambdas(signature: Signature, args: readonly Argument[], bindings: Bindings): boolean {
  for (const [index, argument] of args.entries()) {
    const pattern = parameterAt(signature, index);
    if (argument.kind !== "lambda" || pattern?.kind !== "function") continue;
    for (let round = 0; ; round += 1) {
      if (round === MAX_ROUNDS) return false;
      const before = substitute(pattern.result, bindings, []);
      const result = argument.resultOf(pattern.params.map((each) => substitute(each, bindings, [])));
      if (!unify(pattern.result, result, bindings, true)) return false;
      if (isSameType(before, substitute(pattern.result, bindings, [])) || !pattern.params.some(isIn(pattern.result)))
        break;
    }
  }
  return true;
}

function isIn(result: Pattern): (param: Pattern) => boolean {
  return (param) => param.kind === "variable" && result.kind === "variable" && param.name === result.name;
}

function unify(pattern: Pattern, type: Type, bindings: Bindings, converts: boolean): boolean {
  switch (pattern.kind) {
    case "variable": {
      if (pattern.name === ANY) return true;
      const bound = bindings.get(pattern.name);
      const common =
        bound === undefined ? type : converts ? commonType(bound, type) : isSameType(bound, type) ? bound : null;
      if (common === null) return false;
      bindings.set(pattern.name, common);
      return true;
    }
    case "array":
      if (type.kind === "unknown" && converts) return unify(pattern.element, type, bindings, converts);
      return type.kind === "array" && unify(pattern.element, type.element, bindings, converts);
    case "map": {
      if (type.kind === "unknown" && converts) {
        return unify(pattern.key, type, bindings, converts) && unify(pattern.value, type, bindings, converts);
      }
      if (type.kind !== "map") return false;
      return unify(pattern.key, type.key, bindings, converts) && unify(pattern.value, type.value, bindings, converts);
    }
    case "function":
      return false;
    case "decimal":
      if (!converts) return type.kind === "decimal";
      return type.kind === "unknown" || asDecimal(type) !== null;
    case "timestamp":
    case "timestamp with time zone":
      if (!converts) return type.kind === pattern.kind;
      return coerces(type, timeOf(pattern.kind, [type]));
    default:
      return converts ? coerces(type, simple(pattern.kind)) : type.kind === pattern.kind;
  }
}

/** The pattern with types for its variables. `args` give precisions. */
function substitute(pattern: Pattern, bindings: Bindings, args: readonly Type[]): Type {
  switch (pattern.kind) {
    case "variable":
      return (pattern.name === ANY ? args[0] : bindings.get(pattern.name)) ?? simple("unknown");
    case "array":
      return { kind: "array", element: substitute(pattern.element, bindings, args) };
    case "map":
      return {
        kind: "map",
        key: substitute(pattern.key, bindings, args),
        value: substitute(pattern.value, bindings, args),
      };
    case "function":
      return simple("unknown");
    case "decimal":
      return args.map(asDecimal).find((each) => each !== null) ?? { kind: "decimal", precision: 1, scale: 0 };
    case "timestamp":
    case "timestamp with time zone":
      return pattern.precision === null
        ? timeOf(pattern.kind, args)
        : { kind: pattern.kind, precision: pattern.precision };
    default:
      return isType(pattern) ? simple(pattern.kind) : simple("unknown");
  }
}

function timeOf(kind: "timestamp" | "timestamp with time zone", args: readonly Type[]): Type {
  const digits = args.map((each) =>
    each.kind === "timestamp" || each.kind === "timestamp with time zone" ? each.precision : 0,
  );
  return { kind, precision: Math.max(0, ...digits) };
}
