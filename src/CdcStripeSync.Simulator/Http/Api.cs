using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Answers;
using CdcStripeSync.Simulator.Limits;
using CdcStripeSync.Simulator.Rules;
using CdcStripeSync.Simulator.Schema;
using CdcStripeSync.Simulator.State;

namespace CdcStripeSync.Simulator.Http;

/// <summary>What Stripe decides about a request: first whether it is admitted, later what it does. Neither waits for anything.</summary>
internal sealed class Api(SimulatorState state, RateLimiter limiter)
{
    private static readonly RouteTable Routes = new(Operations.All.Keys);

    /// <summary>Key, rate, idempotency, validation, in Stripe's order.</summary>
    /// <returns>The answer of a request that is not executed, or null: then <paramref name="admission"/> is to be executed.</returns>
    public Reply? Admit(ApiRequest request, out Admission admission)
    {
        admission = default;
        try
        {
            Authorization.Check(request.Authorization, state.LiveMode);
            var route = Routes.Find(request.Method, request.Path);
            if ((request.RateLimitedReason = limiter.Take(route?.Operation ?? request.Method)) is not null)
                throw new StripeErrorException(429, "invalid_request_error", "rate_limit", "Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.");
            if (request.IdempotencyKey is { Length: > 255 })
                throw new StripeErrorException(400, "idempotency_error", null, "Idempotency keys can be at most 255 characters long.");
            if (Repeat(request) is { } repeated) return repeated;
            if (route is not { } found) throw Unrecognised(request);
            try
            {
                var parameters = ParameterReader.Read(ParameterSchema.Operations[found.Operation], ParameterNode.Build(request.Parameters));
                admission = new Admission(Operations.All[found.Operation], parameters, found.Ids);
                return null;
            }
            catch (StripeErrorException)
            {
                Abandon(request);
                throw;
            }
        }
        catch (StripeErrorException error)
        {
            return Reply.Of(error, request.RequestId);
        }
    }

    /// <summary>Does what was admitted, all at once, and remembers the answer under the request's key.</summary>
    /// <param name="instead">The answer to give and remember in place of the true one.</param>
    public Reply Execute(ApiRequest request, Admission admission, Reply? instead = null)
    {
        lock (state.Gate)
        {
            var reply = Run(request, admission);
            reply = instead ?? reply;
            if (request.EffectiveKey is { } key) state.Keys.Save(key, reply, request.RequestId);
            return reply;
        }
    }

    /// <summary>Fails with what was admitted before it has done anything, and remembers that under the request's key.</summary>
    public Reply Fail(ApiRequest request, Reply reply)
    {
        if (request.EffectiveKey is not { } key) return reply;
        lock (state.Gate) state.Keys.Save(key, reply, request.RequestId);
        return reply;
    }

    /// <summary>Forgets the key of an admitted request that will not execute.</summary>
    public void Abandon(ApiRequest request)
    {
        if (request.EffectiveKey is not { } key) return;
        lock (state.Gate) state.Keys.Abandon(key);
    }

    private Reply Run(ApiRequest request, Admission admission)
    {
        try
        {
            var sent = admission.Parameters["expand"];
            if (request.Method == "POST") Expandable.Check(request.Path, ExpandTree.Read(sent, list: false)); // before anything is written
            var answer = admission.Handler(new Execution(state, request.RequestId, request.IdempotencyKey), admission.Parameters, admission.Ids);
            var expand = ExpandTree.Read(sent, list: answer is not Answer.One);
            return new Reply(200, AnswerWriter.Write(answer, expand, state));
        }
        catch (StripeErrorException error)
        {
            return Reply.Of(error, request.RequestId);
        }
        catch (Exception mistake) when (mistake is not OperationCanceledException)
        {
            // A mistake of the simulator's own: named, so that no one looks for it in the client.
            return Reply.Of(new StripeErrorException(500, "api_error", "simulator_mistake", $"The simulator failed on {request.Method} {request.Path}: {mistake}"), request.RequestId);
        }
    }

    private Reply? Repeat(ApiRequest request)
    {
        if (request.EffectiveKey is not { } key) return null;
        lock (state.Gate)
        {
            if (state.Keys.Begin(key, request.Fingerprint()) is not { } replay) return null;
            request.Replayed = true;
            request.OriginalRequestId = replay.OriginalRequestId;
            return replay.Reply;
        }
    }

    private StripeErrorException Unrecognised(ApiRequest request)
    {
        Abandon(request);
        return new StripeErrorException(404, "invalid_request_error", null,
            $"Unrecognized request URL ({request.Method}: {request.Path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.");
    }

    /// <summary>A request that passed, ready to execute.</summary>
    internal readonly record struct Admission(Handler Handler, JsonObject Parameters, string[] Ids);
}
