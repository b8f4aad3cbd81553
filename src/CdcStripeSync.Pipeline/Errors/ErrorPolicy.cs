using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Errors;

/// <summary>From Stripe's answer to what to do: one pure decision.</summary>
public static class ErrorPolicy
{
    private const string Wait = "nothing to do: it is tried again";
    private const string NotStripes = "this is not Stripe's answer: look at the proxy on the way to it; it is tried again";

    /// <param name="isCreate">The request was a create under a stored intent.</param>
    /// <param name="isDelete">The request was a delete.</param>
    public static ErrorDecision Decide(StripeOutcome outcome, bool isCreate, bool isDelete) => outcome switch
    {
        StripeOutcome.NoAnswer none => new(ErrorAction.RetryLater, none.Reason, Wait),
        StripeOutcome.Refused { Error.Status: >= 500, Replayed: true } r when isCreate => new(ErrorAction.Adopt, r.Error.Message, Wait),
        StripeOutcome.Refused { Error: { Status: not (401 or 403), ShouldRetry: true } } r => new(ErrorAction.RetryLater, r.Error.Message, Wait),
        // With the same key, even where Stripe says not to: an earlier send under it may still be on its way, and only the key's own end tells of that.
        StripeOutcome.Refused { Error.Status: >= 500 } r => new(ErrorAction.RetryLater, r.Error.Message, Wait),
        StripeOutcome.Refused { Error: var error } => OfRefusal(error, isCreate, isDelete),
        StripeOutcome.Success => throw new InvalidOperationException("a success needs no decision"),
        _ => throw new InvalidOperationException(outcome.GetType().Name),
    };

    private static ErrorDecision OfRefusal(StripeError error, bool isCreate, bool isDelete) => (error.Status, error.Code, error.Type) switch
    {
        (429, _, _) => new(ErrorAction.RetryLater, error.Message, Wait),
        (409, _, _) => new(ErrorAction.RetryLater, error.Message, Wait),
        ( < 400 or 401 or 403 or 404 or 407 or 408, _, _) when error.IsForeign => new(ErrorAction.RetryLater, error.Message, NotStripes),
        (_, _, _) when error.IsForeign => new(ErrorAction.RetryBriefly, error.Message, NotStripes), // what is in this very request may be the reason
        (401, _, _) => new(ErrorAction.StopAll, error.Message, "the key is refused: set stripe.apiKey to a valid one and restart"),
        (403, _, _) => new(ErrorAction.StopAll, error.Message, "give the restricted key the permission that the message names (Products: rak_product_write, Prices: rak_plan_write)"),
        (400, _, "idempotency_error") => new(isCreate ? ErrorAction.Adopt : ErrorAction.Replan, error.Message, Wait),
        (400, "resource_already_exists", _) when isCreate => new(ErrorAction.Adopt, error.Message, "an object with this id exists; it is adopted only if it is this row's"),
        // Of the object in the path, whatever the parameter is called: a reference in the body is refused with 400. A create's path names a parent at most.
        (404, "resource_missing", _) when !isCreate => new(ErrorAction.Recreate, error.Message, "the object was deleted in Stripe: it is made anew"),
        (_, "resource_missing", _) => new(ErrorAction.NeedsPerson, Named(error), "what the row refers to does not exist in Stripe; mend the row or the object, then release it"),
        (404, _, _) => new(ErrorAction.RetryBriefly, error.Message, "Stripe does not know the address: the account may lack this resource; else look at stripe.baseAddress and the proxy on the way to it, then release the row"),
        (400, _, _) when isCreate && error.Param == "event_name" => new(ErrorAction.Adopt, error.Message, "it goes on when the row whose meter has the event name gives it up; where that meter is none of ours, deactivate it in Stripe or change the event name, then release this row"),
        (400, _, _) when isDelete => new(ErrorAction.ArchiveInstead, error.Message, "Stripe does not delete it: do what the message names, then release the row"),
        (400, _, _) when error.Message.Contains("default price of its product", StringComparison.Ordinal) => new(ErrorAction.Replan, error.Message, Wait),
        (400, _, _) when error.Param == "lookup_key" && error.Message.Contains("already uses that lookup key", StringComparison.Ordinal) =>
            new(ErrorAction.NeedsPerson, error.Message, "another price that is not ours holds the lookup key: free it in Stripe, or change the row"),
        _ => new(ErrorAction.NeedsPerson, Named(error), "mend the row or the mapping; the row is tried again when it changes or is released"),
    };

    private static string Named(StripeError error) => error.Param is null ? error.Message : $"{error.Param}: {error.Message}";
}
