using CdcStripeSync.Core.State;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>One effect on Stripe, for <c>explain</c>, the request list and the breadth limit.</summary>
/// <param name="Kind"><c>create</c>, <c>update</c>, <c>archive</c>, <c>archive_predecessor</c>, <c>restore</c>, <c>delete</c>, <c>price_change</c>, <c>set_default</c>, <c>adopt</c>; in shadow mode with <c>shadow:</c> before it.</param>
/// <param name="Request">Method and path.</param>
/// <param name="Form">The parameters sent.</param>
/// <param name="RequestId">Stripe's request id where there was one.</param>
public sealed record AuditEntry(
    EntityKey Entity, string Kind, string Request, string Form, string? StripeId, string? RequestId, string Position, DateTimeOffset At)
{
    /// <summary>Whether it is of a kind that may count against the breadth limit.</summary>
    public bool IsBroad => Kind is "archive" or "delete" or "recreate" or "price_change" or "create";
}
