namespace CdcStripeSync.App.Checks;

/// <summary>One thing that was looked at.</summary>
/// <param name="What">What was found.</param>
/// <param name="Mend">The command or setting that mends it; empty where it is well.</param>
/// <param name="Why">What goes wrong because of it; empty where that is plain.</param>
/// <param name="Sql">What mends it in the product database, ready to be run; empty where that is none of its matters, or needs a decision.</param>
internal sealed record Finding(bool Ok, string What, string Mend = "", string Why = "", string Sql = "");
