namespace CdcStripeSync.Connect.Planning;

/// <summary>One option that differs. Values are already fit to be shown.</summary>
/// <param name="Worker">What the worker has; null where it has none.</param>
/// <param name="Wanted">What the repository says; null where it says nothing.</param>
public sealed record OptionChange(string Option, string? Worker, string? Wanted)
{
    /// <summary>As a line of a diff.</summary>
    public override string ToString() => (Worker, Wanted) switch
    {
        (null, _) => $"+ {Option} = {Wanted}",
        (_, null) => $"- {Option} = {Worker}",
        _ => $"~ {Option} = {Worker} → {Wanted}",
    };
}
