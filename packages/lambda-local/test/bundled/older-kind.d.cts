export function heard(): string;
