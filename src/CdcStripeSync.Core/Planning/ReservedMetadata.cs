namespace CdcStripeSync.Core.Planning;

/// <summary>The metadata keys that we write into every object we create: how it is found again.</summary>
public static class ReservedMetadata
{
    /// <summary>The entity key's text.</summary>
    public const string Key = "cdc_key";

    /// <summary>The intent that created the object.</summary>
    public const string Intent = "cdc_intent";

    private const int MaxLength = 500;

    /// <summary>The key's text as it fits a metadata value: beyond 500 characters its head and a hash of the whole.</summary>
    public static string KeyValue(string rowText)
    {
        if (rowText.Length <= MaxLength) return rowText;
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(rowText)));
        var head = MaxLength - hash.Length - 1;
        return rowText[..(char.IsHighSurrogate(rowText[head - 1]) ? head - 1 : head)] + "~" + hash; // half a character is no text
    }
}
