using System.Text;

namespace CdcStripeSync.Debezium.Columns;

/// <summary>What the connector writes for an unchanged TOAST column (<c>unavailable.value.placeholder</c>).</summary>
public sealed class Placeholder(string text = Placeholder.Default)
{
    public const string Default = "__debezium_unavailable_value";

    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(text);

    public bool Is(string value) => value == text;

    public bool Is(ReadOnlySpan<byte> value) => value.SequenceEqual(_bytes);
}
