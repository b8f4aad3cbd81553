using CdcStripeSync.Simulator.Faults;

namespace CdcStripeSync.Simulator.Http;

/// <summary>Carries one request from admission to answer, through the fault that strikes it. The caller's leaving changes nothing here.</summary>
internal sealed class Exchange(Api api, SimulatorOptions options, CancellationToken stopping)
{
    private static readonly StripeErrorException Broken = new(500, "api_error", null, "An unexpected error occurred.");

    /// <returns>The answer, or null where the connection was cut instead.</returns>
    public async Task<Reply?> RunAsync(ApiRequest request, Fault? fault, ICaller caller)
    {
        if (fault is Reject reject)
        {
            request.RateLimitedReason = reject.RateLimitedReason;
            caller.ShouldRetry = reject.ShouldRetry;
            return Reply.Of(new StripeErrorException(reject.Status, reject.Type, reject.Code, reject.Message, reject.Param), request.RequestId);
        }

        var reply = api.Admit(request, out var admission);
        if (reply is not null && fault is { TakesExecution: true })
        {
            fault.Missed();
            fault = null;
        }

        if (reply is null) reply = await ExecuteAsync(request, admission, fault, caller);
        else if (fault is Hold { AfterWrite: false } before) await before.WaitAsync(stopping);
        switch (fault)
        {
            case ExecuteLate:
                return null;
            case DropResponse:
                caller.Cut();
                return null;
            case Hold { AfterWrite: true } after:
                await after.WaitAsync(stopping);
                return reply;
            case RespondSlowly slow:
                await Task.Delay(slow.Delay, stopping);
                return reply;
            default:
                return reply;
        }
    }

    private async Task<Reply> ExecuteAsync(ApiRequest request, Api.Admission admission, Fault? fault, ICaller caller)
    {
        try
        {
            if (options.Latency > TimeSpan.Zero) await Task.Delay(options.Latency, stopping);
            if (fault is Hold { AfterWrite: false } before) await before.WaitAsync(stopping);
            if (fault is ExecuteLate late)
            {
                if (late.CutConnection) caller.Cut();
                else await caller.Gone.WaitAsync(stopping);
                await late.WaitAsync(stopping);
            }
        }
        catch (OperationCanceledException)
        {
            api.Abandon(request);
            throw;
        }

        if (fault is FailBeforeWrite) return api.Fail(request, Reply.Of(Broken, request.RequestId));
        var reply = api.Execute(request, admission, fault is FailAfterWrite ? Reply.Of(Broken, request.RequestId) : null);
        (fault as ExecuteLate)?.Done();
        return reply;
    }
}
