using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace CdcStripeSync.Core.Mapping;

/// <summary>A way into a JSON value: <c>limits.projects</c>, <c>sizes[0]</c>.</summary>
public sealed class JsonPath
{
    private readonly ImmutableArray<JsonStep> _steps;

    private JsonPath(string text, ImmutableArray<JsonStep> steps)
    {
        Text = text;
        _steps = steps;
    }

    public string Text { get; }

    /// <param name="problem">What is wrong with the text, where it is no path.</param>
    public static JsonPath? Parse(string text, out string? problem)
    {
        var steps = ImmutableArray.CreateBuilder<JsonStep>();
        problem = null;
        var position = 0;
        while (position < text.Length || steps.Count == 0)
        {
            if (position < text.Length && text[position] == '[')
            {
                var end = text.IndexOf(']', position);
                if (end < 0 || !int.TryParse(text.AsSpan(position + 1, end - position - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
                {
                    problem = $"'[' at character {position + 1} needs a number and ']'";
                    return null;
                }

                steps.Add(new JsonStep(null, index));
                position = end + 1;
                continue;
            }

            if (steps.Count > 0)
            {
                if (text[position] != '.')
                {
                    problem = $"expected '.' or '[' at character {position + 1}";
                    return null;
                }

                position++;
            }

            var stop = text.AsSpan(position).IndexOfAny('.', '[', ']');
            var name = stop < 0 ? text[position..] : text[position..(position + stop)];
            if (name.Length == 0)
            {
                problem = $"a name is missing at character {position + 1}";
                return null;
            }

            steps.Add(new JsonStep(name, 0));
            position += name.Length;
        }

        return new JsonPath(text, steps.ToImmutable());
    }

    /// <summary>The element at the path; undefined where there is none.</summary>
    public JsonElement Find(JsonElement json)
    {
        foreach (var step in _steps)
        {
            if (step.Name is null)
            {
                if (json.ValueKind != JsonValueKind.Array || step.Index >= json.GetArrayLength()) return default;
                json = json[step.Index];
            }
            else if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(step.Name, out json))
            {
                return default;
            }
        }

        return json;
    }

    public override string ToString() => Text;
}
