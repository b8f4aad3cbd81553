namespace CdcStripeSync.Pipeline.Ports;

/// <summary>Which dead letters; every member that is not null narrows.</summary>
/// <param name="States">Empty: all.</param>
/// <param name="Ids">Null: all.</param>
/// <param name="Table"><c>schema.table</c>, or a topic's name where the table could not be told.</param>
/// <param name="Error">Part of the error, in any case.</param>
/// <param name="Before">Made before this time.</param>
public sealed record LetterFilter(
    IReadOnlyCollection<LetterState> States, IReadOnlyCollection<long>? Ids = null, string? Resource = null, string? Table = null, string? Error = null, DateTimeOffset? Before = null)
{
    /// <summary>Those that still need somebody.</summary>
    public static LetterFilter Standing { get; } = new([LetterState.Open, LetterState.Retry]);

    /// <summary>By topic, partition and offset, as the records were read; else the newest letter first.</summary>
    public bool InOrder { get; init; }

    /// <summary>From behind the letter of this number, the lowest first: a page after another; null for all.</summary>
    public long? AfterId { get; init; }

    /// <summary>Only those that stand behind this one in the order of the records; null: all.</summary>
    public LetterPlace? After { get; init; }
}
