namespace CdcStripeSync.CrashTest.Model;

/// <summary>One row's life, over all keys that it had.</summary>
internal sealed class RowLine(string table)
{
    public string Table => table;

    /// <summary>Its keys as our metadata names them, oldest first: <c>public.products/3</c>.</summary>
    public List<string> Keys { get; } = [];

    public List<RowVersion> Versions { get; } = [];

    public RowVersion Last => Versions[^1];

    /// <summary>Whether Stripe has had an object for it.</summary>
    public bool WasSold => Versions.Exists(v => v.IsSold);

    public bool WasMoved => Keys.Count > 1;

    public override string ToString() => Keys[^1];
}
