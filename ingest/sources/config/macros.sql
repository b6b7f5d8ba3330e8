-- Helpers of normalize.sql. Macros are inlined by the engine: they cost what their text costs.

-- A JSON value's own text; null for JSON null.
CREATE OR REPLACE TEMP MACRO config_text(value) AS json_extract_string(value, '$');

-- ISO 8601, or seconds since 1970 with a fraction, as command line tools print API answers; up to the year 9999.
CREATE OR REPLACE TEMP MACRO config_instant(value) AS CASE
  WHEN regexp_full_match(config_text(value), '[0-9]{1,12}([.][0-9]{1,9})?') THEN
    CASE WHEN TRY_CAST(config_text(value) AS DECIMAL(21, 9)) < 253402300800
      THEN make_timestamptz((round(TRY_CAST(config_text(value) AS DECIMAL(21, 9)) * 1000000))::BIGINT) END
  WHEN regexp_matches(config_text(value), '^[0-9]{4}-') THEN TRY_CAST(config_text(value) AS TIMESTAMPTZ)
END;

-- Parses a string of JSON; anything else stays as it is. The first character tells: JSON functions keep 2,048 parsed
-- documents at a time, 200 MB where each has 20 KB.
CREATE OR REPLACE TEMP MACRO config_parsed(value) AS CASE left(value::VARCHAR, 1)
  WHEN 'n' THEN NULL
  WHEN '"' THEN CASE WHEN json_valid(config_text(value)) THEN json(config_text(value))::VARCHAR ELSE value::VARCHAR END
  ELSE value::VARCHAR
END;

-- The members of an object. Guarded by config_has_plain_keys: a map refuses a key that comes twice.
CREATE OR REPLACE TEMP MACRO config_members(value) AS map_entries(from_json(value, '"MAP(VARCHAR, JSON)"'));

CREATE OR REPLACE TEMP MACRO config_has_plain_keys(value) AS CASE
  WHEN json_type(value) = 'OBJECT' THEN len(list_distinct(json_keys(value))) = len(json_keys(value)) ELSE false END;

CREATE OR REPLACE TEMP MACRO config_are_pairs(tags) AS COALESCE(list_bool_and(list_transform(from_json(tags, '["JSON"]'),
  lambda t: json_type(t) = 'OBJECT' AND len(json_keys(t)) = 2
    AND COALESCE(json_type(t, '$.key') = 'VARCHAR', false) AND json_type(t, '$.value') IS NOT NULL)), true);

-- Tags as one object: the API has lists of {key, value} in some places.
CREATE OR REPLACE TEMP MACRO config_tags_object(tags) AS CASE
  WHEN json_type(tags) = 'NULL' THEN NULL
  WHEN json_type(tags) = 'ARRAY' AND config_are_pairs(tags) THEN
    '{' || array_to_string(list_transform(from_json(tags, '["JSON"]'),
      lambda t: json_extract(t, '$.key')::VARCHAR || ':' || json_extract(t, '$.value')::VARCHAR), ',') || '}'
  ELSE tags::VARCHAR
END;

-- Whether `resources` holds all that the relationships say.
CREATE OR REPLACE TEMP MACRO config_are_plain(relationships) AS CASE
  WHEN json_type(relationships) <> 'ARRAY' THEN false
  ELSE COALESCE(list_bool_and(list_transform(from_json(relationships, '["JSON"]'), lambda r:
    json_type(r) = 'OBJECT'
    AND list_has_all(['resourceType', 'resourceId', 'resourceName', 'relationshipName', 'name'], json_keys(r))
    AND list_has_all(['VARCHAR', 'NULL'], list_filter(
      [json_type(r, '$.resourceType'), json_type(r, '$.resourceId'), json_type(r, '$.resourceName'),
       json_type(r, '$.relationshipName'), json_type(r, '$.name')], lambda t: t IS NOT NULL))
    AND (json_extract_string(r, '$.name') IS NULL OR json_extract_string(r, '$.relationshipName') IS NULL)
    AND COALESCE(json_extract_string(r, '$.resourceId'), json_extract_string(r, '$.resourceName')) IS NOT NULL)), true)
END;
