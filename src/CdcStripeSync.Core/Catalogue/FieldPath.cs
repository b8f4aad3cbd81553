using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace CdcStripeSync.Core.Catalogue;

/// <summary>A field of a Stripe object by Stripe's own names: <c>name</c>, <c>recurring.interval</c>, <c>metadata.sku</c>.</summary>
/// <remarks>Everything after <c>metadata.</c> is one key, dots included. Ordered and compared ordinally.</remarks>
public readonly record struct FieldPath : IComparable<FieldPath>
{
    private const string Metadata = "metadata";

    private readonly string? _text;
    private readonly ImmutableArray<string> _segments;

    private FieldPath(string text, ImmutableArray<string> segments)
    {
        _text = text;
        _segments = segments;
    }

    public ImmutableArray<string> Segments => _segments.IsDefault ? [] : _segments;

    /// <summary>The first segment: the request's top-level parameter.</summary>
    public string Root => Segments.Length == 0 ? "" : Segments[0];

    /// <summary>The last segment.</summary>
    public string Leaf => Segments.Length == 0 ? "" : Segments[^1];

    public bool IsRoot => Segments.Length == 1;

    /// <summary>A single metadata key (<c>metadata.sku</c>).</summary>
    public bool IsMetadataKey => Segments.Length == 2 && Segments[0] == Metadata;

    public static FieldPath MetadataKey(string key) => new($"{Metadata}.{key}", [Metadata, key]);

    /// <exception cref="FormatException">The text is no path: it is empty, or a segment is.</exception>
    public static FieldPath Parse(string text) =>
        TryParse(text, out var path) ? path : throw new FormatException($"'{text}' is not a field path");

    public static bool TryParse([NotNullWhen(true)] string? text, out FieldPath path)
    {
        path = default;
        if (string.IsNullOrEmpty(text)) return false;
        ImmutableArray<string> segments = text.StartsWith(Metadata + ".", StringComparison.Ordinal)
            ? [Metadata, text[(Metadata.Length + 1)..]]
            : [.. text.Split('.')];
        if (segments.Any(s => s.Length == 0)) return false;
        path = new FieldPath(text, segments);
        return true;
    }

    public FieldPath Append(string segment) => new(_text is null ? segment : $"{_text}.{segment}", Segments.Add(segment));

    /// <summary>The object that this field is a member of; none for a root.</summary>
    public FieldPath? Parent => Segments.Length < 2 ? null : new FieldPath(string.Join('.', Segments[..^1]), Segments[..^1]);

    /// <summary>True where this path is <paramref name="other"/> or one of the objects around it.</summary>
    public bool Contains(FieldPath other) =>
        Segments.Length <= other.Segments.Length && Segments.AsSpan().SequenceEqual(other.Segments.AsSpan()[..Segments.Length]);

    public int CompareTo(FieldPath other) => string.CompareOrdinal(_text, other._text);

    public bool Equals(FieldPath other) => string.Equals(_text, other._text, StringComparison.Ordinal);

    public override int GetHashCode() => _text is null ? 0 : _text.GetHashCode(StringComparison.Ordinal);

    public static bool operator <(FieldPath left, FieldPath right) => left.CompareTo(right) < 0;

    public static bool operator >(FieldPath left, FieldPath right) => left.CompareTo(right) > 0;

    public static bool operator <=(FieldPath left, FieldPath right) => left.CompareTo(right) <= 0;

    public static bool operator >=(FieldPath left, FieldPath right) => left.CompareTo(right) >= 0;

    public override string ToString() => _text ?? "";
}
