using CdcStripeSync.App.Configuration;

namespace CdcStripeSync.App.Tests.Configuration;

public sealed class TopicPatternTests
{
    [Theory]
    [InlineData("^shop[.")]
    [InlineData("^shop[.]public[.](?:products|prices)$")]
    [InlineData("^shop[.](?!secret).*")]
    [InlineData(@"^shop[.]shard\d+[.]products$")]
    [InlineData(@"^shop\D")]
    [InlineData(@"^shop\x2eproducts")]
    [InlineData(@"^\p{L}+$")]
    [InlineData(@"^shop\.products\z")]
    [InlineData("^shop[.].*?[.]products")]
    [InlineData("^shop[.].+?[.]products")]
    [InlineData("^shop[.][0-9]{2}?[.]products")]
    [InlineData(@"^shop[.][\w.]+$")]
    [InlineData(@"^shop[.][a\-z]+$")]
    [InlineData("^shop[.][[:alpha:]]+$")]
    [InlineData("^shop[.][a-z-[s]]+$")]
    [InlineData(@"^shop[\]]\d")]
    public void Mistake_WhatDotNetAndTheCLibraryReadDifferently_IsNamed(string pattern) => Assert.NotNull(TopicPattern.Mistake(pattern));

    [Theory]
    [InlineData("^shop[.]public[.].*")]
    [InlineData(@"^shop\.public\.(products|prices)$")]
    [InlineData(@"^shop[.]\w+$")]
    [InlineData(@"^shop[\.][a-z_-]+[0-9]{1,3}$")]
    [InlineData("^shop[.]([^.]+[.])?products$")]
    [InlineData(@"^shop\(?[]d?]\*?$")]
    public void Mistake_WhatBothReadAlike_IsNone(string pattern) => Assert.Null(TopicPattern.Mistake(pattern));
}
