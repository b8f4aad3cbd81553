using CdcStripeSync.Core.Changes;

namespace CdcStripeSync.Core.State;

/// <summary>A create that may have reached Stripe: stored before its first send, removed when its outcome is known.</summary>
/// <param name="Id">Random, stands in the object's metadata as <c>cdc_intent</c>.</param>
/// <param name="Generation">The entity's generation it belongs to.</param>
/// <param name="Attempt">Starts at 1; a new attempt has a new idempotency key, only after the object was looked for.</param>
/// <param name="Path">Request path: <c>/v1/prices</c>.</param>
/// <param name="Body">The exact form-encoded body: resent byte for byte while the outcome is unknown.</param>
/// <param name="ApiVersion">The <c>Stripe-Version</c> that it is sent with, each time.</param>
/// <param name="IdempotencyKey">At most 255 characters.</param>
/// <param name="CreatedAt">When the attempt was first stored (Stripe forgets keys after 24 h).</param>
/// <param name="StepJson">The plan's step that the create carries out, so that its confirmation can be applied after a restart.</param>
public sealed record Intent(
    string Id, int Generation, int Attempt, string Path, string Body, string ApiVersion, string IdempotencyKey, DateTimeOffset CreatedAt, string StepJson)
{
    /// <summary>Source position of the image that it was made from: what is folded in while it is open is not in it.</summary>
    public SourcePosition Position { get; init; }

    /// <summary>When its first attempt was stored: of two intents that write one value, the older is concluded first.</summary>
    public DateTimeOffset StoredAt { get => field == default ? CreatedAt : field; init; }

    /// <summary>When who carries it out last said so: beyond a while it is left, and anybody's to finish.</summary>
    public DateTimeOffset HeldAt { get => field == default ? CreatedAt : field; init; }
}
