using System.Globalization;

namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>A name in <c>parent</c>: a resource, or by its number one of the resource's maps (<c>product#2</c>).</summary>
internal readonly record struct ParentEntry(string Resource, int? Number)
{
    /// <summary>Null where what follows <c>#</c> is no number from 1.</summary>
    public static ParentEntry? Parse(string text)
    {
        var hash = text.IndexOf('#', StringComparison.Ordinal);
        if (hash < 0) return new ParentEntry(text, null);
        return int.TryParse(text.AsSpan(hash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? new ParentEntry(text[..hash], number) : null;
    }

    /// <summary>The map's name; the first has its resource's.</summary>
    public string MapOf(string resource) => Number is { } number and > 1 ? string.Create(CultureInfo.InvariantCulture, $"{resource}#{number}") : resource;
}
