using CdcStripeSync.Core.State;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>One row's work concerns another, which has no record of its own to be woken by: stored with what it follows from, gone when that
/// other is settled, so that no crash loses it.</summary>
/// <param name="Id">Made of the writing row's key and version: a batch that is written twice calls once.</param>
/// <param name="Kind">Empty: plan again. A claim's kind: the value went to another. <see cref="ParentMoved"/>: the children of an object look again.</param>
/// <param name="Value">The value lost, or the object's Stripe id.</param>
/// <param name="RequestId">Of a lost value: the request that had put it there.</param>
public sealed record WakeCall(string Id, EntityKey Key, string Kind, string Value, string? RequestId, DateTimeOffset Since)
{
    /// <summary>A row moved in under the key, and the object that was there before is nobody's parent any more.</summary>
    public const string ParentMoved = "parent_moved";
}
