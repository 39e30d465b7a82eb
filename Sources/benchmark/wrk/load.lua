-- Sends the requests of a file, each once, and counts the answers by status. The file has one a line:
-- method, path, headers (name=value, separated by |) and body, separated by tabs. Its lines are shared
-- out between the threads. Prints one JSON object.

local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init(arguments)
  counts, sent, lines = {}, 0, {}
  local index, of = 0, tonumber(arguments[2])
  for line in io.lines(arguments[1]) do
    if index % of == number then table.insert(lines, line) end
    index = index + 1
  end
end

function request()
  -- Past the end it asks for what is never answered 2xx, so that the count shows it.
  local line = lines[sent + 1] or "GET\t/past-the-end\t\t"
  sent = sent + 1
  local method, path, headers, body = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$")
  local fields = {}
  for name, value in headers:gmatch("([^=|]+)=([^|]*)") do fields[name] = value end
  return wrk.format(method, path, fields, body)
end

function response(status)
  local key = tostring(status)
  counts[key] = (counts[key] or 0) + 1
end

function done(summary, latency)
  local total, parts = {}, {}
  for _, thread in ipairs(threads) do
    for status, count in pairs(thread:get("counts")) do
      total[status] = (total[status] or 0) + count
    end
  end
  for status, count in pairs(total) do table.insert(parts, '"' .. status .. '":' .. count) end
  local errors = summary.errors
  print(string.format(
    '{"seconds":%.3f,"p50_ms":%.1f,"p95_ms":%.1f,"p99_ms":%.1f,"max_ms":%.1f,'
      .. '"broken":%d,"statuses":{%s}}',
    summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    latency:percentile(99) / 1e3, latency.max / 1e3,
    errors.connect + errors.read + errors.write + errors.timeout, table.concat(parts, ",")))
end
