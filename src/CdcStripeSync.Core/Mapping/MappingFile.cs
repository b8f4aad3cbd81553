using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping.Reading;
using YamlDotNet.Core;

namespace CdcStripeSync.Core.Mapping;

/// <summary>Reads mapping files.</summary>
public static class MappingFile
{
    /// <summary>The mapping, or every mistake of the file with its place.</summary>
    /// <param name="yaml">The file's text.</param>
    /// <param name="fileName">As errors should name it.</param>
    public static MappingReading Read(string yaml, string fileName, StripeCatalogue catalogue)
    {
        var errors = new ErrorList(fileName);
        Mapping? mapping = null;
        try
        {
            mapping = new MappingReader(errors, catalogue).Read(YamlDocument.Parse(yaml));
        }
        catch (YamlException e)
        {
            errors.Add((e.Message.Contains("tab", StringComparison.Ordinal) ? TabIn(yaml) : null) ?? new YamlMark((int)Math.Max(1, e.Start.Line), (int)Math.Max(1, e.Start.Column)), "", $"not YAML: {e.Message}");
        }

        return errors.Count == 0 ? new MappingReading(mapping, []) : new MappingReading(null, errors.ToImmutable());
    }

    /// <summary>The first tab that indents a line: the parser says where the block around it began.</summary>
    private static YamlMark? TabIn(string yaml)
    {
        var lines = yaml.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var indent = lines[i].Length - lines[i].TrimStart(' ').Length;
            if (indent < lines[i].Length && lines[i][indent] == '\t' && lines[i].Trim().Length > 0) return new YamlMark(i + 1, indent + 1);
        }

        return null;
    }
}
