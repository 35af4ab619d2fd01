-- webhook.lua
--	What wrk sends to the webhook's listener; called by webhook.py.
--
-- CALLS requests in all, shared by the threads: right ones alone, or (MIXED=1)
-- half of them right, a quarter with a wrong secret, a quarter without one.  A
-- right one names an order of the file ORDERS, another one none that exists.
-- When all are sent each connection asks for the health check until every answer
-- is there, so that none is cut off.

local threads = {}

function setup(thread)
	thread:set("number", #threads)
	table.insert(threads, thread)
end

function init(args)
	local count = tonumber(os.getenv("THREADS"))
	quota = math.floor(tonumber(os.getenv("CALLS")) / count)
	drain = quota + 3 * math.floor(tonumber(os.getenv("CONNECTIONS")) / count)
	mixed = os.getenv("MIXED") == "1"
	secret = os.getenv("SECRET")
	sent, answered = 0, 0
	right, wrong, missing = 0, 0, 0
	ok, unauthorized, other = 0, 0, 0
	orders = {}
	for line in io.lines(os.getenv("ORDERS")) do
		table.insert(orders, line)
	end
	statuses = { "approved", "approved", "assigned_to_salesman", "pending" }
	path = "/cartona_integration/webhook/order_status"
end

function request()
	-- wrk asks the first thread for one that it never sends
	if number == 0 and not asked then
		asked = true
		return wrk.format("GET", "/cartona_integration/health")
	end
	sent = sent + 1
	if sent > quota then
		return wrk.format("GET", "/cartona_integration/health")
	end
	local headers = { ["Content-Type"] = "application/json" }
	local turn = mixed and sent % 4 or 0
	local id = orders[(sent * 2 + number) % #orders + 1]
	if turn == 1 then
		wrong = wrong + 1
		headers["AuthorizationToken"] = secret .. sent
		id = "wrong-" .. sent
	elseif turn == 3 then
		missing = missing + 1
		id = "missing-" .. sent
	else
		right = right + 1
		headers["AuthorizationToken"] = secret
	end
	local status = statuses[math.floor(sent / #orders) % #statuses + 1]
	return wrk.format("POST", path, headers, '{"hashed_id": "' .. id .. '", "status": "' .. status .. '"}')
end

function response(status, headers, body)
	answered = answered + 1
	if body:find('"ok"', 1, true) then
		-- the health check
	elseif status == 200 then
		ok = ok + 1
	elseif status == 401 then
		unauthorized = unauthorized + 1
	else
		other = other + 1
	end
	if answered >= drain then
		wrk.thread:stop()
	end
end

function done(summary, latency, requests)
	local sum = { right = 0, wrong = 0, missing = 0, ok = 0, unauthorized = 0, other = 0 }
	for _, thread in ipairs(threads) do
		for name in pairs(sum) do
			sum[name] = sum[name] + thread:get(name)
		end
	end
	local errors = summary.errors
	print(string.format(
		'result {"right": %d, "wrong": %d, "missing": %d, "ok": %d, "unauthorized": %d, "other": %d, "lost": %d, ' ..
		'"p50_ms": %.2f, "p99_ms": %.2f, "max_ms": %.2f, "per_s": %.0f}',
		sum.right, sum.wrong, sum.missing, sum.ok, sum.unauthorized, sum.other,
		errors.connect + errors.read + errors.write + errors.timeout,
		latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000,
		-- each connection asks again as soon as it is answered; the duration is wrk's, not that of the calls
		tonumber(os.getenv("CONNECTIONS")) * 1000000 / latency.mean))
end
