namespace CdcStripeSync.DevStack.Avro;

/// <summary>The named types defined so far, and the namespace that encloses the current one.</summary>
public sealed class AvroNames
{
    private readonly HashSet<string> _defined = new(StringComparer.Ordinal);

    public string? Namespace { get; private set; }

    /// <summary>The reference to use when the type is known already, else null: define it now.</summary>
    public string? ReferenceTo(string @namespace, string name)
    {
        if (_defined.Add($"{@namespace}.{name}"))
            return null;
        return @namespace == Namespace ? name : $"{@namespace}.{name}";
    }

    /// <summary>Enters a namespace; returns the one to restore afterwards.</summary>
    public string? Enter(string? @namespace)
    {
        var outer = Namespace;
        Namespace = @namespace;
        return outer;
    }
}
