using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.State;

/// <summary>One field's last value that we sent and Stripe confirmed, with why: what <c>explain</c> answers from.</summary>
/// <param name="Value">The value sent; <see cref="FieldValue.None"/> for a cleared field.</param>
/// <param name="Position">Source position of the event whose image it came from.</param>
/// <param name="RequestId">Stripe's request id (<c>req_…</c>).</param>
public sealed record BaseField(FieldValue Value, SourcePosition Position, string? RequestId);
