namespace CdcStripeSync.DevStack.Connector.Columns;

/// <summary>The mark of a value that PostgreSQL did not send because it did not change and is stored out of line.</summary>
internal static class UnchangedToast
{
    /// <summary>Compared by reference.</summary>
    public static readonly string Mark = new('t', 1);

    public static bool Is(string? text) => ReferenceEquals(text, Mark);
}
