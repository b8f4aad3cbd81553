using System.Collections.Immutable;
using System.Globalization;
using CdcStripeSync.Debezium.Columns;

namespace CdcStripeSync.Debezium.Avro;

/// <summary>One node of a writer's schema. Recursive schemas refer to the same node again.</summary>
public sealed class AvroSchema
{
    private int _leastOfFields = 1; // while it is being read: a record that holds itself without a union between has no finite value
    private Core.Values.ColumnNames? _fieldNames;
    private volatile bool _hasFieldNames;

    internal AvroSchema(AvroKind kind) => Kind = kind;

    public AvroKind Kind { get; }

    /// <summary>Full name of a record, enum or fixed; the type's name for the others. The branch name in Avro's JSON encoding.</summary>
    public string Name { get; internal set; } = "";

    /// <summary><c>connect.name</c>: Debezium's and Connect's semantic type; else Avro's <c>logicalType</c>; else null.</summary>
    public string? SemanticType
    {
        get;
        internal set
        {
            field = value;
            Meaning = SemanticTypes.Of(value);
        }
    }

    internal Meaning Meaning { get; private set; }

    /// <summary><c>connect.parameters</c> and Avro's own <c>scale</c>.</summary>
    public ImmutableDictionary<string, string> Parameters
    {
        get;
        internal set
        {
            field = value;
            Scale = value.TryGetValue("scale", out var text) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var given) ? given : 0;
        }
    } = ImmutableDictionary<string, string>.Empty;

    /// <summary>A decimal's scale as the schema gives it; 0 where it gives none.</summary>
    internal int Scale { get; private set; }

    /// <summary>A record's fields, in order.</summary>
    public ImmutableArray<AvroField> Fields
    {
        get;
        internal set
        {
            field = value;
            _leastOfFields = value.Any(f => f.Schema.LeastSize > 0) ? 1 : 0;
        }
    } = [];

    /// <summary>A union's branches, in order.</summary>
    public ImmutableArray<AvroSchema> Branches { get; internal set; } = [];

    public ImmutableArray<string> Symbols { get; internal set; } = [];

    /// <summary>An array's or a map's element.</summary>
    public AvroSchema? Element { get; internal set; }

    /// <summary>A fixed's size in bytes.</summary>
    public int Size { get; internal set; }

    /// <summary>0 where values take no bytes at all (null, and records of nothing else), else 1.</summary>
    internal int LeastSize => Kind switch
    {
        AvroKind.Null => 0,
        AvroKind.Fixed => Math.Min(Size, 1),
        AvroKind.Record => _leastOfFields,
        _ => 1,
    };

    /// <summary>A record's field names, shared by all rows of it; null where one is there twice.</summary>
    internal Core.Values.ColumnNames? FieldNames => _hasFieldNames ? _fieldNames : NameFields();

    public AvroField? Field(string name)
    {
        foreach (var field in Fields)
        {
            if (field.Name == name) return field;
        }

        return null;
    }

    /// <summary>What a field's schema says of its value.</summary>
    internal Func<string, FieldType> FieldTypes => field ??= TypeFields();

    /// <summary>The only branch besides null of an optional; the schema itself where it is no union.</summary>
    public AvroSchema WithoutNull()
    {
        if (Kind != AvroKind.Union) return this;
        AvroSchema? only = null;
        foreach (var branch in Branches)
        {
            if (branch.Kind == AvroKind.Null) continue;
            if (only is not null) return this;
            only = branch;
        }

        return only ?? this;
    }

    private Func<string, FieldType> TypeFields()
    {
        var types = new Dictionary<string, FieldType>(StringComparer.Ordinal);
        foreach (var field in Fields) types.TryAdd(field.Name, field.Type);
        return name => types.GetValueOrDefault(name);
    }

    private Core.Values.ColumnNames? NameFields()
    {
        _fieldNames = Core.Values.ColumnNames.Of(Fields.Select(f => f.Name));
        _hasFieldNames = true;
        return _fieldNames;
    }

    /// <param name="referenced">Schemas whose named types the text may use, each after those that it uses itself.</param>
    /// <exception cref="AvroSchemaException">A text is no Avro schema; the message says where.</exception>
    public static AvroSchema Parse(string json, IEnumerable<string>? referenced = null) => AvroSchemaParser.Parse(json, referenced ?? []);
}
