using System.Diagnostics.CodeAnalysis;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Money;

/// <summary>An amount in the currency's smallest unit, or the reason why there is none.</summary>
public readonly record struct MinorUnitsResult
{
    private MinorUnitsResult(ExactDecimal value, string? reason)
    {
        Value = value;
        Reason = reason;
    }

    public ExactDecimal Value { get; }

    /// <summary>Null where the amount fits.</summary>
    public string? Reason { get; }

    [MemberNotNullWhen(false, nameof(Reason))]
    public bool Fits => Reason is null;

    public static MinorUnitsResult Exactly(ExactDecimal value) => new(value, null);

    public static MinorUnitsResult Refused(string reason) => new(default, reason);
}
