namespace CdcStripeSync.App.Commands;

/// <summary>A number with its noun: 1 row, 2 rows.</summary>
internal static class Counted
{
    public static string Of(long count, string noun) => FormattableString.Invariant($"{count} {noun}{(count == 1 ? "" : "s")}");
}
