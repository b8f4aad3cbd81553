using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulation.Checks;
using CdcStripeSync.Simulation.Running;
using CdcStripeSync.Simulation.Scheduling;

namespace CdcStripeSync.Simulation.Stripe;

/// <summary>Stripe as the network shows it: latency, idempotency memory, and faults drawn by the seed.</summary>
internal sealed class StripeServer(World world, Chance chance, Catalogue catalogue, RequestChecks checks, Tally tally)
{
    /// <summary>How long an idempotency key is remembered: minutes for a day, so that histories live long enough.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(12);

    private static readonly StripeFault[] Kinds = [.. Enum.GetValues<StripeFault>().Where(f => f != StripeFault.None)];
    private readonly Dictionary<string, Remembered> _remembered = new(StringComparer.Ordinal);
    private readonly HashSet<string> _inFlight = new(StringComparer.Ordinal);

    /// <summary>Percent of requests that something happens to.</summary>
    public int FaultShare { get; set; }

    /// <summary>Where the account's rates are shared.</summary>
    public RateCheck? Rate { get; set; }

    /// <summary>Requests on their way, held ones included.</summary>
    public int Open { get; private set; }

    public int Requests { get; private set; }

    public Task<StripeOutcome> SendAsync(SimulatedProcess caller, StripeRequest request, CancellationToken cancellationToken)
    {
        Requests++;
        Rate?.Sent();
        var answer = new TaskCompletionSource<StripeOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        cancellationToken.UnsafeRegister(_ => answer.TrySetCanceled(cancellationToken), null);
        var fault = chance.In(FaultShare) ? chance.Of(Kinds) : StripeFault.None;
        if (fault != StripeFault.None) tally.Fault($"stripe {fault}");
        if (world.IsTraced) world.Say($"{caller.Name} -> {request.Method} {request.Path} {request.Form} key {request.IdempotencyKey} ({request.Cause}){(fault == StripeFault.None ? "" : $" !{fault}")}");
        var onItsWay = TimeSpan.FromMilliseconds(chance.Between(1, 60));
        if (fault == StripeFault.Held) onItsWay = TimeSpan.FromMilliseconds(chance.Between(500, 120_000));
        After(request.Deadline, () => answer.TrySetResult(new StripeOutcome.NoAnswer("timed out", MayHaveExecuted: true)));
        if (fault == StripeFault.Lost) return answer.Task;
        Open++;
        After(onItsWay, () => Arrive(caller, request, fault, answer));
        return answer.Task;
    }

    private void Arrive(SimulatedProcess caller, StripeRequest request, StripeFault fault, TaskCompletionSource<StripeOutcome> answer)
    {
        Open--;
        if (Early(fault) is { } early)
        {
            Reply(caller, request, early, answer);
            return;
        }

        if (request.IdempotencyKey is not { } key)
        {
            Conclude(caller, request, fault, Execute(caller, request, fault), answer);
            return;
        }

        if (_inFlight.Contains(key))
        {
            Reply(caller, request, Catalogue.Refused(409, "idempotency_key_in_use", null, "There is currently another in-progress request using this key.", "idempotency_error"), answer);
            return;
        }

        if (Replay(request, key) is { } replayed)
        {
            Reply(caller, request, replayed, answer);
            return;
        }

        _inFlight.Add(key);
        var outcome = Execute(caller, request, fault);
        After(TimeSpan.FromMilliseconds(chance.Between(1, 40)), () =>
        {
            _inFlight.Remove(key);
            if (!IsInvalid(outcome)) _remembered[key] = new Remembered(request.Path + "?" + request.Form, outcome, world.Now);
            Conclude(caller, request, fault, outcome, answer);
        });
    }

    private StripeOutcome.Refused? Early(StripeFault fault) => fault switch
    {
        StripeFault.RateLimited => Catalogue.Refused(429, "rate_limit", null, "Too many requests", "rate_limit_error", "endpoint-rate"),
        StripeFault.LockTimeout => Catalogue.Refused(429, "lock_timeout", null, "This object cannot be accessed right now"),
        StripeFault.Unavailable when Requests % 2 == 0 => new StripeOutcome.Refused(new StripeError(503, "", null, null, "Service Unavailable", ShouldRetry: false), null, false),
        StripeFault.Unavailable => Catalogue.Refused(503, null, null, "Service Unavailable", ""),
        StripeFault.None or StripeFault.FailBefore or StripeFault.FailAfter or StripeFault.ResetAfter or StripeFault.SilentAfter or StripeFault.Lost or StripeFault.Held => null,
        _ => throw new InvalidOperationException(fault.ToString()),
    };

    private StripeOutcome Execute(SimulatedProcess caller, StripeRequest request, StripeFault fault)
    {
        if (fault == StripeFault.FailBefore) return Broken();
        var form = StripeForm.Read(request.Form);
        checks.Before(request, form, catalogue);
        var outcome = catalogue.Answer(request, form);
        checks.After(request, form, outcome, catalogue, isLate: fault == StripeFault.Held || caller.IsDead || caller.Freezes > 0);
        return fault == StripeFault.FailAfter ? Broken() : outcome;
    }

    /// <summary>A request that failed validation was not executed, and its key stays unused; every other answer is kept, executed refusals too.</summary>
    private static bool IsInvalid(StripeOutcome outcome) => outcome is StripeOutcome.Refused { Error.Code: { } code } && code.StartsWith("parameter_", StringComparison.Ordinal);

    private StripeOutcome? Replay(StripeRequest request, string key)
    {
        if (!_remembered.TryGetValue(key, out var before) || world.Now - before.At > Memory.Ticks) return null;
        if (before.Request != request.Path + "?" + request.Form)
            return Catalogue.Refused(400, null, null, "Keys for idempotent requests can only be used with the same parameters they were first used with.", "idempotency_error");
        return before.Outcome switch
        {
            StripeOutcome.Success s => s with { Replayed = true },
            StripeOutcome.Refused r => r with { Replayed = true },
            _ => throw new InvalidOperationException("nothing else is remembered"),
        };
    }

    private void Conclude(SimulatedProcess caller, StripeRequest request, StripeFault fault, StripeOutcome outcome, TaskCompletionSource<StripeOutcome> answer)
    {
        if (fault is StripeFault.SilentAfter or StripeFault.Held) return;
        Reply(caller, request, fault == StripeFault.ResetAfter ? new StripeOutcome.NoAnswer("connection reset", MayHaveExecuted: true) : outcome, answer);
    }

    private void Reply(SimulatedProcess caller, StripeRequest request, StripeOutcome outcome, TaskCompletionSource<StripeOutcome> answer) =>
        After(TimeSpan.FromMilliseconds(chance.Between(1, 60)), () =>
        {
            if (world.IsTraced) world.Say($"{caller.Name} <- {request.Method} {request.Path} {Short(outcome)}");
            answer.TrySetResult(outcome);
        });

    private static string Short(StripeOutcome outcome) => outcome switch
    {
        StripeOutcome.Success s => $"200{(s.Replayed ? " replayed" : "")} {(s.Body.Members.GetValueOrDefault("id") as Core.Values.FieldValue.Text)?.Value}",
        StripeOutcome.Refused r => $"{r.Error.Status}{(r.Replayed ? " replayed" : "")} {r.Error.Message}",
        StripeOutcome.NoAnswer n => n.Reason,
        _ => outcome.ToString(),
    };

    private static StripeOutcome.Refused Broken() => Catalogue.Refused(500, null, null, "An error occurred with our servers.", "api_error");

    private void After(TimeSpan time, Action then) => new WorldTimer(world.Outside, _ => then(), null).Change(time, Timeout.InfiniteTimeSpan);

    private sealed record Remembered(string Request, StripeOutcome Outcome, long At);
}
