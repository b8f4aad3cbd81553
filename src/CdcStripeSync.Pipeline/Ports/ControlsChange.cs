namespace CdcStripeSync.Pipeline.Ports;

/// <summary>What one operator's word changes of the controls. What is null stays as it is, whatever others say at the same time.</summary>
public sealed record ControlsChange
{
    public bool? Paused { get; init; }

    public string? PausedBecause { get; init; }

    public bool? CreateAll { get; init; }

    public bool? Adopt { get; init; }
}
