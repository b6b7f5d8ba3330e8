/** Arrays and maps as Trino reads them: positions from 1, NULL elements are unknown values, order is kept. */

/** The macros' heads and bodies. */
export const COLLECTION_MACROS: readonly string[] = [
  "trino_one(x) AS CASE WHEN x IS NULL THEN NULL ELSE [x] END",
  "trino_element_at(x, k) AS CASE WHEN k = 0 THEN trino_fail('arrays count from 1') ELSE x[k] END",
  "trino_element(x, k) AS CASE WHEN x IS NULL OR k IS NULL OR k BETWEEN 1 AND len(x) THEN x[k] ELSE trino_fail('no such element') END",
  "trino_value_of(x, k) AS CASE WHEN x IS NULL OR k IS NULL OR map_contains(x, k) THEN x[k] ELSE trino_fail('no such key') END",
  `trino_list_contains(x, y) AS CASE WHEN x IS NULL OR y IS NULL THEN NULL WHEN list_contains(x, y) THEN true
    WHEN list_position(x, NULL) > 0 THEN NULL ELSE false END`,
  `trino_any(x) AS CASE WHEN x IS NULL THEN NULL WHEN list_contains(x, true) THEN true
    WHEN list_position(x, NULL) > 0 THEN NULL ELSE false END`,
  `trino_all(x) AS CASE WHEN x IS NULL THEN NULL WHEN list_contains(x, false) THEN false
    WHEN list_position(x, NULL) > 0 THEN NULL ELSE true END`,
  `trino_texts(x) AS CASE WHEN typeof(x) IN ('VARCHAR[]', 'INTEGER[]', 'BIGINT[]', 'BOOLEAN[]') THEN CAST(x AS VARCHAR[])
    ELSE trino_refuse('array_join of this type; transform it to text first') END`,
  `trino_array_join(x, y) AS CASE WHEN x IS NULL OR y IS NULL THEN NULL ELSE coalesce(array_to_string(list_filter(trino_texts(x), lambda "list e": "list e" IS NOT NULL), y), '') END,
   (x, y, z) AS CASE WHEN x IS NULL OR y IS NULL OR z IS NULL THEN NULL ELSE coalesce(array_to_string(list_transform(trino_texts(x), lambda "list e": coalesce("list e", z)), y), '') END`,
  // The engine joins with a constant alone; another separator takes longer.
  `trino_array_join_by(x, y) AS CASE WHEN x IS NULL OR y IS NULL THEN NULL WHEN len(x) = 0 THEN ''
    ELSE list_reduce(x, lambda "list a", "list b": "list a" || y || "list b") END`,
  'trino_known(x) AS list_filter(trino_texts(x), lambda "list e": "list e" IS NOT NULL)',
  'trino_filled(x, z) AS CASE WHEN z IS NULL THEN NULL ELSE list_transform(trino_texts(x), lambda "list e": coalesce("list e", z)) END',
  `trino_array_distinct(x) AS list_filter(x, lambda "list e", "list i": list_position(x, "list e") = "list i")`,
  "trino_array_position(x, y) AS CASE WHEN x IS NULL OR y IS NULL THEN NULL ELSE CAST(coalesce(list_position(x, y), 0) AS BIGINT) END",
  `trino_array_remove(x, y) AS CASE WHEN x IS NULL OR y IS NULL THEN NULL
    ELSE list_filter(x, lambda "list e": "list e" IS DISTINCT FROM y) END`,
  "trino_array_max(x) AS CASE WHEN list_position(x, NULL) > 0 THEN NULL ELSE list_max(x) END",
  "trino_array_min(x) AS CASE WHEN list_position(x, NULL) > 0 THEN NULL ELSE list_min(x) END",
  "trino_array_union(x, y) AS CASE WHEN x IS NULL OR y IS NULL THEN NULL ELSE trino_array_distinct(list_concat(x, y)) END",
  `trino_array_intersect(x, y) AS CASE WHEN x IS NULL OR y IS NULL THEN NULL
    ELSE list_filter(trino_array_distinct(x), lambda "list e": coalesce(list_position(y, "list e"), 0) > 0) END`,
  `trino_array_except(x, y) AS CASE WHEN x IS NULL OR y IS NULL THEN NULL
    ELSE list_filter(trino_array_distinct(x), lambda "list e": coalesce(list_position(y, "list e"), 0) = 0) END`,
  `trino_arrays_overlap(x, y) AS CASE WHEN x IS NULL OR y IS NULL THEN NULL WHEN list_has_any(x, y) THEN true
    WHEN len(x) > 0 AND len(y) > 0 AND (list_position(x, NULL) > 0 OR list_position(y, NULL) > 0) THEN NULL ELSE false END`,
  `trino_slice(x, s, n) AS CASE WHEN s = 0 THEN trino_fail('arrays count from 1') WHEN n < 0 THEN trino_fail('a negative length')
    WHEN s < 0 AND -s > len(x) THEN x[1:0]
    WHEN s < 0 THEN x[len(x) + s + 1 : len(x) + s + n] ELSE x[s : s + n - 1] END`,
  // As many elements as Trino makes at most; no bound would fill the memory first.
  `trino_series(x, y, s) AS CASE WHEN s = 0 OR (CAST(y AS HUGEINT) - x) * sign(s) < 0 THEN trino_fail('this step')
    WHEN (CAST(y AS HUGEINT) - x) // s >= 10000 THEN trino_fail('a sequence of more than 10000 elements')
    ELSE generate_series(CAST(x AS BIGINT), CAST(y AS BIGINT), CAST(s AS BIGINT)) END`,
  `trino_sequence(x, y) AS trino_series(x, y, CASE WHEN x <= y THEN 1 ELSE -1 END), (x, y, s) AS trino_series(x, y, s)`,
  `trino_repeat(x, n) AS CASE WHEN n NOT BETWEEN 0 AND 10000 THEN trino_fail('repeat makes 0 to 10000 elements')
    ELSE list_transform(range(CAST(n AS BIGINT)), lambda "list e": x) END`,
  `trino_map_of(x) AS CASE WHEN len(x) > 0 THEN map_from_entries(list_filter(x, lambda "list e", "list i":
    list_position(list_transform(x, lambda "list f": "list f".key), "list e".key) = "list i")) END`,
  'trino_map_agg(x) AS trino_map_of(list_filter(x, lambda "list e": "list e" IS NOT NULL))',
];
