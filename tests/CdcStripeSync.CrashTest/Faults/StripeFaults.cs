using CdcStripeSync.CrashTest.Running;
using CdcStripeSync.Simulator.Faults;

namespace CdcStripeSync.CrashTest.Faults;

/// <summary>How Stripe misbehaves.</summary>
internal static class StripeFaults
{
    public static Func<FaultHands, Task> Of(Chance chance)
    {
        var path = chance.Of("/v1/products", "/v1/prices", "/v1/customers", "/v1/prices", "/v1/products");
        var nth = chance.Between(1, 4);
        var times = chance.Of(1, 1, 2, 4);
        var after = TimeSpan.FromMilliseconds(chance.Between(200, 2_800));
        var cut = chance.In(50);
        switch (chance.Below(9))
        {
            case 0 when cut: return hands => hands.StripeAsync("Stripe: 500 before the write, remembered", () => new FailBeforeWrite { Method = "POST", PathPrefix = path, Nth = nth, Times = times });
            case 0: return hands => hands.StripeAsync("Stripe: 500 before the write", () => new Reject { Method = "POST", PathPrefix = path, Nth = nth, Times = times });
            case 1: return hands => hands.StripeAsync("Stripe: 503, not to be retried", () => new Reject { Method = "POST", PathPrefix = path, Nth = nth, Times = 1, Status = 503, ShouldRetry = false });
            case 2: return hands => hands.StripeAsync("Stripe: 429 lock timeout", () => Reject.LockTimeout(path, times));
            case 3:
                return hands => hands.StripeAsync(
                    "Stripe: 429 rate limit", () => new Reject { PathPrefix = path, Nth = nth, Times = times, Status = 429, Type = "invalid_request_error", Code = "rate_limit", RateLimitedReason = "endpoint-rate" });
            case 4: return hands => hands.StripeAsync("Stripe: 500 after the write", () => new FailAfterWrite { Method = "POST", PathPrefix = path, Nth = nth, Times = times });
            case 5: return hands => hands.StripeAsync("Stripe: answer lost", () => new DropResponse { Method = "POST", PathPrefix = path, Nth = nth, Times = times });
            case 6: return hands => hands.HoldAsync(new Hold { Method = "POST", PathPrefix = path, Nth = nth, AfterWrite = cut }, after);
            case 7: return hands => hands.StripeAsync("Stripe: executed late", () => new ExecuteLate { Method = "POST", PathPrefix = path, Nth = nth, Times = 1, CutConnection = cut, After = after });
            default: return hands => hands.StripeAsync("Stripe: slow answer", () => new RespondSlowly { PathPrefix = path, Nth = nth, Times = times, Delay = after });
        }
    }
}
