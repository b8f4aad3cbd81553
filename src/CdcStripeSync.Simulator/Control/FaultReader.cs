using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Faults;

namespace CdcStripeSync.Simulator.Control;

/// <summary>Reads a fault such as <c>{"kind":"reject","path":"/v1/prices","method":"POST","nth":2,"times":1,"status":503}</c>.</summary>
internal static class FaultReader
{
    private const string Kinds = "reject, fail_before_write, fail_after_write, drop_response, hold, execute_late, respond_slowly, lock_timeout";

    public static Fault Read(JsonObject json)
    {
        var method = (string?)json["method"];
        var path = (string?)json["path"] ?? "/v1/";
        var nth = Number(json, "nth") ?? 1;
        var times = Number(json, "times") ?? 1;
        return (string?)json["kind"] switch
        {
            "reject" => new Reject
            {
                Method = method,
                PathPrefix = path,
                Nth = nth,
                Times = times,
                Status = Number(json, "status") ?? 500,
                Type = (string?)json["type"] ?? "api_error",
                Code = (string?)json["code"],
                Message = (string?)json["message"] ?? "An unexpected error occurred.",
                RateLimitedReason = (string?)json["rate_limited_reason"],
                ShouldRetry = (bool?)json["should_retry"],
            },
            "fail_before_write" => new FailBeforeWrite { Method = method, PathPrefix = path, Nth = nth, Times = times },
            "fail_after_write" => new FailAfterWrite { Method = method, PathPrefix = path, Nth = nth, Times = times },
            "drop_response" => new DropResponse { Method = method, PathPrefix = path, Nth = nth, Times = times },
            "hold" => new Hold { Method = method, PathPrefix = path, Nth = nth, Times = times, AfterWrite = (bool?)json["after_write"] ?? false },
            "execute_late" => new ExecuteLate
            {
                Method = method,
                PathPrefix = path,
                Nth = nth,
                Times = times,
                After = TimeSpan.FromMilliseconds(Number(json, "delay_ms") ?? 1000),
            },
            "respond_slowly" => new RespondSlowly
            {
                Method = method,
                PathPrefix = path,
                Nth = nth,
                Times = times,
                Delay = TimeSpan.FromMilliseconds(Number(json, "delay_ms") ?? 1000),
            },
            "lock_timeout" => Reject.LockTimeout(path, times),
            var other => throw new FormatException($"Unknown fault kind '{other}': expected one of {Kinds}."),
        };
    }

    private static int? Number(JsonObject json, string name) => (int?)json[name];
}
