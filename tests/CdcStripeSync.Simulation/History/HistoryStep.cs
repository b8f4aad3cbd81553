namespace CdcStripeSync.Simulation.History;

/// <summary>What the connector appends at one time.</summary>
/// <param name="After">How long after the step before.</param>
internal sealed record HistoryStep(TimeSpan After, IReadOnlyList<RowEvent> Events)
{
    /// <summary>What the tables had become by then without a record.</summary>
    public IReadOnlyList<RowEvent> Unseen { get; init; } = [];
}
