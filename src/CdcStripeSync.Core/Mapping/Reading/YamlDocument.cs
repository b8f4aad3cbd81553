using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>YAML text to nodes with their places. Duplicate keys are kept, so that the reader can name each.</summary>
internal sealed class YamlDocument
{
    /// <summary>Far more than any mapping needs: aliases of aliases must not cost memory.</summary>
    private const int MaxNodes = 100_000;

    private const int MaxDepth = 50;

    private readonly Parser _parser;
    private readonly Dictionary<string, (YamlNode Node, int Size)> _anchors = new(StringComparer.Ordinal);
    private int _nodes;

    private YamlDocument(string yaml) => _parser = new Parser(new StringReader(yaml));

    /// <summary>The document's root; null where the file is empty.</summary>
    /// <exception cref="YamlException">The text is not YAML.</exception>
    public static YamlNode? Parse(string yaml)
    {
        var document = new YamlDocument(yaml);
        try
        {
            return document.ReadRoot();
        }
        catch (InvalidOperationException)
        {
            // The parser throws this, without a place, on some damaged texts; what it read last is near.
            var last = document._parser.Current;
            throw new SyntaxErrorException(last?.Start ?? Mark.Empty, last?.End ?? Mark.Empty, "the text breaks off or mixes indentation here");
        }
    }

    private YamlNode? ReadRoot()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _)) return null;
        _parser.Consume<DocumentStart>();
        var root = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        return _parser.Accept<DocumentStart>(out var second)
            ? throw new SyntaxErrorException(second.Start, second.End, "the file holds a second document")
            : root;
    }

    private YamlNode ReadNode(int depth)
    {
        var next = _parser.Current ?? throw new YamlException("the document ends too early");
        var start = _nodes;
        if (++_nodes > MaxNodes || depth > MaxDepth) throw new SyntaxErrorException(next.Start, next.End, "the document is too large or too deep");
        var node = next switch
        {
            Scalar => ReadScalar(),
            SequenceStart => ReadList(depth),
            MappingStart => ReadMap(depth),
            AnchorAlias => ReadAlias(),
            _ => throw new SyntaxErrorException(next.Start, next.End, $"{next.GetType().Name} is not expected here"),
        };
        if (next is NodeEvent { Anchor.IsEmpty: false } anchored) _anchors[anchored.Anchor.Value] = (node, _nodes - start);
        return node;
    }

    private YamlNode.Scalar ReadScalar()
    {
        var scalar = _parser.Consume<Scalar>();
        return new YamlNode.Scalar(Place(scalar), scalar.Value, scalar.Style == ScalarStyle.Plain);
    }

    private YamlNode.List ReadList(int depth)
    {
        var start = _parser.Consume<SequenceStart>();
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _)) items.Add(ReadNode(depth + 1));
        return new YamlNode.List(Place(start), items.ToImmutable());
    }

    private YamlNode.Map ReadMap(int depth)
    {
        var start = _parser.Consume<MappingStart>();
        var entries = ImmutableArray.CreateBuilder<YamlEntry>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var keyAt = _parser.Current!;
            var key = ReadNode(depth + 1) as YamlNode.Scalar ?? throw new SyntaxErrorException(keyAt.Start, keyAt.End, "a key must be plain text");
            entries.Add(new YamlEntry(key, ReadNode(depth + 1)));
        }

        return new YamlNode.Map(Place(start), entries.ToImmutable());
    }

    private YamlNode ReadAlias()
    {
        var alias = _parser.Consume<AnchorAlias>();
        if (!_anchors.TryGetValue(alias.Value.Value, out var anchored)) throw new SyntaxErrorException(alias.Start, alias.End, $"'*{alias.Value.Value}' refers to nothing above it");
        _nodes += anchored.Size;
        return anchored.Node;
    }

    private static YamlMark Place(ParsingEvent e) => new((int)e.Start.Line, (int)e.Start.Column);
}
