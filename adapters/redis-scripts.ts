/**
 * Lua for the server: each script runs as a whole or not at all (https://redis.io/docs/latest/develop/programmability/eval-intro/).
 * For the index of seen objects KEYS[1] is the hash that names the current generation and its position, ARGV[1] what all
 * other keys begin with; for a turn KEYS[1] is the turn, ARGV[1] its holder, ARGV[2] how long it lasts.
 */

/** Hashes of each kind. With 2 million objects they have 128 fields each, up to which the server packs them. */
export const SHARDS = 16_384;

// A field is its kind ("v" or "c") and 16 bytes of a hash: the first 14 bits of those choose the shard.
const KEY_OF = `
local function key_of(root, generation, field)
  local shard = string.byte(field, 2) * 64 + math.floor(string.byte(field, 3) / 4)
  return root .. ':' .. generation .. ':' .. string.sub(field, 1, 1) .. ':' .. shard
end`;

// A final reason replaces a transient one ("0..."), and never another final one; a transient one replaces none.
const ADD_ALL = `${KEY_OF}
local function add_all(root, generation, first)
  for i = first, #ARGV, 2 do
    local field, value = ARGV[i], ARGV[i + 1]
    local key, name = key_of(root, generation, field), string.sub(field, 2)
    if string.sub(field, 1, 1) == 'v' then
      local known = redis.call('HGET', key, name)
      if not known or (string.sub(known, 1, 1) == '0' and string.sub(value, 1, 1) == '1') then
        redis.call('HSET', key, name, value)
      end
    else
      redis.call('HSET', key, name, value)
    end
  end
end`;

/** ARGV: root, fields. The position, then the value of each field; nil without a current generation. */
export const LOOK_UP = `${KEY_OF}
local current = redis.call('HMGET', KEYS[1], 'generation', 'sequence')
if not current[1] then return nil end
local found = { current[2] }
for i = 2, #ARGV do
  found[i] = redis.call('HGET', key_of(ARGV[1], current[1], ARGV[i]), string.sub(ARGV[i], 2))
end
return found`;

/** ARGV: root, from, to, then fields and values. 1 when the index stood at \`from\`. */
export const APPEND = `${ADD_ALL}
local current = redis.call('HMGET', KEYS[1], 'generation', 'sequence')
if not current[1] or current[2] ~= ARGV[2] then return 0 end
add_all(ARGV[1], current[1], 4)
redis.call('HSET', KEYS[1], 'sequence', ARGV[3])
return 1`;

/** ARGV: root, generation, number of this part, then fields and values. 1 when all parts before it are there. */
export const ADD = `${ADD_ALL}
if redis.call('INCR', ARGV[1] .. ':' .. ARGV[2] .. ':count') ~= tonumber(ARGV[3]) then return 0 end
add_all(ARGV[1], ARGV[2], 4)
return 1`;

/** ARGV: root, generation, number of parts, position. 1 when all parts are there, and it is now the current generation. */
export const PUBLISH = `
local count = redis.call('GET', ARGV[1] .. ':' .. ARGV[2] .. ':count') or '0'
if count ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], 'generation', ARGV[2], 'sequence', ARGV[4])
return 1`;

/**
 * ARGV: root, generation, first and last shard. Empties those of a generation that is not the current one, and counts its
 * parts so that it never becomes that: another process may be making it at this moment. 0 when it is the current one. The
 * count stays for a day, since a part that began a new count would take the generation for whole.
 */
export const FORGET = `
if redis.call('HGET', KEYS[1], 'generation') == ARGV[2] then return 0 end
local prefix = ARGV[1] .. ':' .. ARGV[2]
redis.call('SET', prefix .. ':count', '-1000000000000', 'EX', 86400)
for shard = tonumber(ARGV[3]), tonumber(ARGV[4]) do
  redis.call('UNLINK', prefix .. ':v:' .. shard, prefix .. ':c:' .. shard)
end
return 1`;

/** Makes a turn last longer, if it is still this holder's. */
export const RENEW_TURN = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

/** Gives a turn up, if it is still this holder's. */
export const END_TURN = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`;
