namespace CdcStripeSync.Connect.Deploying;

/// <summary>How long to wait for a connector.</summary>
/// <param name="Patience">Until it runs, or has failed.</param>
/// <param name="Settle">How long it must go on running: a task that cannot read its slot runs for a moment first.</param>
public sealed record WaitOptions(TimeSpan Patience, TimeSpan Settle)
{
    public static WaitOptions Default { get; } = new(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(3));

    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(250);
}
