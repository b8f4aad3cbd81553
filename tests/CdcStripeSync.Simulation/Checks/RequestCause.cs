using System.Globalization;

namespace CdcStripeSync.Simulation.Checks;

/// <summary>What a request says it was sent for: <c>price:public.prices/12 at lsn:0/1F0</c>.</summary>
/// <param name="Entity">As <c>price:public.prices/12</c>.</param>
internal readonly record struct RequestCause(string Entity, ulong Position)
{
    private const string At = " at lsn:";

    /// <summary>As <c>public.prices/12</c>.</summary>
    public string Row => Entity[(Entity.IndexOf(':', StringComparison.Ordinal) + 1)..];

    /// <returns>Null where it names no position.</returns>
    public static RequestCause? Of(string text)
    {
        var at = text.IndexOf(At, StringComparison.Ordinal);
        if (at < 0) return null;
        var halves = text[(at + At.Length)..].Split('/');
        return new RequestCause(text[..at], (ulong.Parse(halves[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture) << 32) | ulong.Parse(halves[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
