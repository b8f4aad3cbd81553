namespace CdcStripeSync.Postgres.Source;

/// <summary>One thing that <c>check</c> looked at in the source database.</summary>
/// <param name="Name">Stable: <c>source.reachable</c>, <c>source.column</c> …</param>
/// <param name="What">What was found.</param>
/// <param name="Why">What goes wrong because of it; empty when it is well.</param>
/// <param name="Mend">The SQL (or setting) that mends it; empty when it is well.</param>
public sealed record SourceFinding(string Name, bool Ok, string What, string Why = "", string Mend = "")
{
    private static readonly string[] Verbs = ["ALTER ", "CREATE ", "GRANT ", "SELECT pg_", "BEGIN; "];

    /// <summary>The part of <see cref="Mend"/> that can be run as it stands; empty where a person must decide something first.</summary>
    public string Sql => !Ok && Verbs.Any(v => Mend.StartsWith(v, StringComparison.Ordinal)) && !Mend.Contains('…', StringComparison.Ordinal) ? Mend : "";
}
