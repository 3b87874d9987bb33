namespace K12Sync.Api.SignIn;

/// <summary>On a page by which people get in: what it is sent is counted by address, and it takes nothing that crossed a network in the clear.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SignInPageAttribute : Attribute;
