using System.Collections.Immutable;
using System.Globalization;

namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>MAPPING's <c>limits</c>.</summary>
internal static class LimitsReader
{
    private static readonly ImmutableArray<string> Allowed = ["share", "at_least", "window", "creates"];

    public static BreadthLimit Read(ErrorList errors, YamlNode? node, string path)
    {
        if (node is null) return BreadthLimit.Default;
        if (node is not YamlNode.Map map)
        {
            errors.Add(node.At, path, $"expected limits, found {node.Noun}");
            return BreadthLimit.Default;
        }

        var limits = new Members(errors, map, path, ["breadth"]);
        switch (limits.Node("breadth"))
        {
            case null: return BreadthLimit.Default;
            case YamlNode.Map breadth: return ReadBreadth(new Members(errors, breadth, limits.PathOf("breadth"), Allowed));
            case var other:
                limits.Error("breadth", $"expected a limit, found {other.Noun}", "write { share: 0.2, at_least: 20, window: 10m }");
                return BreadthLimit.Default;
        }
    }

    private static BreadthLimit ReadBreadth(Members members)
    {
        var defaults = BreadthLimit.Default;
        return new BreadthLimit(
            Share(members) ?? defaults.Share,
            members.Integer("at_least", 0) ?? defaults.AtLeast,
            Window(members) ?? defaults.Window,
            members.Boolean("creates") ?? defaults.CountsCreates);
    }

    private static decimal? Share(Members members)
    {
        if (members.Node("share") is not { } node) return null;
        if (node is YamlNode.Scalar scalar
            && decimal.TryParse(scalar.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share)
            && share is > 0 and <= 1) return share;
        members.Error("share", $"expected a share above 0 and up to 1, found {node.Noun}", "0.2 is a fifth of the resource's objects");
        return null;
    }

    private static TimeSpan? Window(Members members)
    {
        if (members.Node("window") is not { } node) return null;
        if (node is YamlNode.Scalar { Text.Length: > 1 } scalar
            && int.TryParse(scalar.Text.AsSpan()[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count is > 0 and < 1_000_000)
        {
            switch (scalar.Text[^1])
            {
                case 's': return TimeSpan.FromSeconds(count);
                case 'm': return TimeSpan.FromMinutes(count);
                case 'h': return TimeSpan.FromHours(count);
                case 'd': return TimeSpan.FromDays(count);
            }
        }

        members.Error("window", $"expected a length of time, found {node.Noun}", "write for instance 30s, 10m, 2h or 1d");
        return null;
    }
}
