using System.Text;
using CdcStripeSync.Simulator.Faults;
using CdcStripeSync.Simulator.State;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CdcStripeSync.Simulator.Http;

/// <summary>Reads a request off the wire, logs it, and writes the answer with Stripe's headers.</summary>
internal sealed class ApiEndpoint(Api api, SimulatorOptions options, IdFactory ids, RequestLog log, FaultPlan faults, CancellationToken stopping)
{
    public async Task HandleAsync(HttpContext context)
    {
        var request = await ReadAsync(context);
        log.Add(request);
        using var caller = new HttpCaller(context);
        Reply? reply;
        try
        {
            reply = await new Exchange(api, options, stopping).RunAsync(request, faults.Take(request.Method, request.Path), caller);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            context.Abort();
            return;
        }

        if (reply is null || caller.IsGone) return;
        request.Status = reply.Status;
        log.Answered(request);
        var response = context.Response;
        response.StatusCode = reply.Status;
        response.ContentType = "application/json";
        response.ContentLength = reply.Body.Length;
        var headers = response.Headers;
        headers["Request-Id"] = request.RequestId;
        if (context.Request.Headers["Stripe-Version"] is { Count: > 0 } version) headers["Stripe-Version"] = version;
        if (request.IdempotencyKey is { } key) headers["Idempotency-Key"] = key;
        if (request.Replayed)
        {
            headers["Idempotent-Replayed"] = "true";
            headers["Original-Request"] = request.OriginalRequestId;
        }

        if (request.RateLimitedReason is { } reason) headers["Stripe-Rate-Limited-Reason"] = reason;
        if (caller.ShouldRetry is { } retry) headers["Stripe-Should-Retry"] = retry ? "true" : "false";
        await response.Body.WriteAsync(reply.Body, CancellationToken.None);
    }

    private async Task<ApiRequest> ReadAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var parameters = new List<KeyValuePair<string, string>>();
        if (query >= 0) FormPairs.Read(target.AsSpan(query + 1), parameters);
        if (context.Request.ContentLength is not (0 or null) || context.Request.Headers.TransferEncoding.Count > 0)
            FormPairs.Read(await BodyAsync(context), parameters);
        var headers = context.Request.Headers;
        return new ApiRequest
        {
            Method = context.Request.Method,
            Path = query < 0 ? target : target[..query],
            Parameters = parameters,
            RequestId = ids.Next("req_", 14),
            At = options.TimeProvider.GetUtcNow(),
            Authorization = headers.Authorization,
            IdempotencyKey = headers["Idempotency-Key"] is { Count: > 0 } key ? key.ToString() : null,
            Cause = headers["X-Cdc-Cause"] is { Count: > 0 } cause ? cause.ToString() : null,
        };
    }

    private static async Task<string> BodyAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (!read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            var text = Encoding.UTF8.GetString(read.Buffer);
            reader.AdvanceTo(read.Buffer.End);
            return text;
        }
    }
}
