namespace CdcStripeSync.Connect.Planning;

/// <summary>Something wrong with a configuration.</summary>
/// <param name="Refuses">Nothing is changed while it stands; else it is a warning.</param>
/// <param name="What">What is wrong, beginning with the option where there is one.</param>
/// <param name="Mend">What to do; empty where the problem says it.</param>
public sealed record Problem(bool Refuses, string What, string Mend = "")
{
    public static Problem Refusal(string what, string mend = "") => new(true, what, mend);

    public static Problem Warning(string what, string mend = "") => new(false, what, mend);

    public override string ToString() => Mend.Length == 0 ? What : $"{What}; {Mend}";
}
