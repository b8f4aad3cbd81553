using CdcStripeSync.Core.Catalogue;

namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>Mistakes of one resource's <c>fields</c>, said where they stand.</summary>
internal sealed class FieldErrors(ErrorList errors, Members members)
{
    /// <summary>At one field's key, or where <c>fields</c> stands.</summary>
    public void Add(string message, string hint, FieldPath? field = null)
    {
        var path = members.PathOf("fields");
        var node = members.Node("fields") as YamlNode.Map;
        var entry = node?.Entries.FirstOrDefault(e => field is not null && e.Key.Text == field.ToString());
        if (entry is { Key: { } key }) errors.Add(key.At, $"{path}.{field}", message, hint);
        else errors.Add(members.Has("fields") ? members.MarkOf("fields") : members.At, path, message, hint);
    }
}
