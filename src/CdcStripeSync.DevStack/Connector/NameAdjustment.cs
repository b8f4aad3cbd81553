namespace CdcStripeSync.DevStack.Connector;

/// <summary>Names that the other side allows: anything else becomes an underscore.</summary>
internal static class NameAdjustment
{
    public static string ToKafkaTopic(this string name) => string.Create(name.Length, name, static (to, from) =>
    {
        for (var i = 0; i < from.Length; i++)
            to[i] = char.IsAsciiLetterOrDigit(from[i]) || from[i] is '.' or '_' or '-' ? from[i] : '_';
    });

    /// <summary>An Avro full name: letters, digits and underscores between dots, no part starting with a digit.</summary>
    public static string ToAvroFullName(this string name) => string.Join('.', name.Split('.').Select(ToAvroName));

    public static string ToAvroName(this string name) => string.Create(name.Length, name, static (to, from) =>
    {
        for (var i = 0; i < from.Length; i++)
            to[i] = char.IsAsciiLetter(from[i]) || from[i] is '_' || (i > 0 && char.IsAsciiDigit(from[i])) ? from[i] : '_';
    });
}
