namespace CdcStripeSync.Core.State;

/// <summary>A row that cannot go now; its later events fold into its <see cref="EntityState.Row"/>.</summary>
/// <param name="WaitsFor">For <see cref="ParkReason.Parent"/>: the parent's <c>resource/key</c>, by which it is woken; else empty.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Hint">What to do.</param>
/// <param name="Approved">Released by an operator: the brake no longer holds it.</param>
public sealed record ParkedRow(
    EntityKey Key, ParkReason Reason, string WaitsFor, string Message, string Hint, DateTimeOffset Since, bool Approved = false);
