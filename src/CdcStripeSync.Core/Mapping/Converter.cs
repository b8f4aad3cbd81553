namespace CdcStripeSync.Core.Mapping;

/// <summary>One step from a column's value to a field's. A closed set; MAPPING's <c>convert</c>.</summary>
public abstract record Converter
{
    private Converter()
    {
    }

    /// <summary>A decimal in major units to the currency's smallest unit, exactly.</summary>
    public sealed record MinorUnits : Converter
    {
        public override string ToString() => "minor_units";
    }

    public sealed record Lower : Converter
    {
        public override string ToString() => "lower";
    }

    public sealed record Upper : Converter
    {
        public override string ToString() => "upper";
    }

    public sealed record Trim : Converter
    {
        public override string ToString() => "trim";
    }

    /// <summary>At most so many characters (code points) from the start.</summary>
    public sealed record Truncate(int Length) : Converter
    {
        public override string ToString() => $"truncate {Length}";
    }

    public sealed record ToInteger : Converter
    {
        public override string ToString() => "integer";
    }

    public sealed record ToDecimal : Converter
    {
        public override string ToString() => "decimal";
    }

    public sealed record ToBoolean : Converter
    {
        public override string ToString() => "boolean";
    }

    public sealed record ToText : Converter
    {
        public override string ToString() => "string";
    }

    /// <summary>A time to whole seconds since 1970; a fraction is dropped.</summary>
    public sealed record UnixSeconds : Converter
    {
        public override string ToString() => "unix_seconds";
    }

    /// <summary>A text to a list.</summary>
    public sealed record Split(string Separator) : Converter
    {
        public override string ToString() => $"split {System.Text.Json.JsonSerializer.Serialize(Separator)}";
    }

    /// <summary>The first so many items of a list.</summary>
    public sealed record Take(int Count) : Converter
    {
        public override string ToString() => $"take {Count}";
    }
}
