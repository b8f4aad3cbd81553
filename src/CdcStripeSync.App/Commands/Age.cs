using System.Globalization;

namespace CdcStripeSync.App.Commands;

/// <summary>A span as people write it: <c>90s</c>, <c>15m</c>, <c>2h</c>, <c>7d</c>.</summary>
internal static class Age
{
    /// <exception cref="UserErrorException">The text is no age.</exception>
    public static TimeSpan Parse(string text)
    {
        if (text.Length > 1 && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is >= 0 and < 100_000)
        {
            switch (text[^1])
            {
                case 's': return TimeSpan.FromSeconds(number);
                case 'm': return TimeSpan.FromMinutes(number);
                case 'h': return TimeSpan.FromHours(number);
                case 'd': return TimeSpan.FromDays(number);
            }
        }

        throw new UserErrorException($"'{text}' is no age", "write it as 90s, 15m, 2h or 7d", ExitCode.Usage);
    }

    /// <summary>Short, for tables.</summary>
    public static string Of(TimeSpan age) => age switch
    {
        { TotalSeconds: < 120 } => $"{age.TotalSeconds:0}s",
        { TotalMinutes: < 120 } => $"{age.TotalMinutes:0}m",
        { TotalHours: < 48 } => $"{age.TotalHours:0}h",
        _ => $"{age.TotalDays:0}d",
    };
}
